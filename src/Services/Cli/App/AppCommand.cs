using System.CommandLine;

namespace Rollups.Cli.App;

/// <summary><c>rollups app</c>: the applications of a node.</summary>
internal static class AppCommand
{
    public static Command Create() =>
        new Verb("app", "The applications of a node: register, watch, stop, start and remove them.")
        {
            RegisterVerb.Create(),
            ListVerb.Create(),
            StatusVerb.Create(),
            StateVerbs.Enable(),
            StateVerbs.Disable(),
            ParametersVerb.Create(),
            RemoveVerb.Create(),
        };
}
