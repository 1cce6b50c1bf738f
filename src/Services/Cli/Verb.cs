using System.CommandLine;

namespace Rollups.Cli;

/// <summary>A command with examples, which its help shows.</summary>
/// <param name="name">What the operator types.</param>
/// <param name="description">What it does.</param>
/// <param name="examples">Whole command lines, which a test parses.</param>
internal sealed class Verb(string name, string description, params IReadOnlyList<string> examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples => examples;
}
