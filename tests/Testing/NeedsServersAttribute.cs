using Xunit.v3;

namespace Rollups.Testing;

/// <summary>Marks tests that need PostgreSQL, RabbitMQ or Anvil: <c>./test.sh --fast</c> skips them.</summary>
[AttributeUsage(AttributeTargets.Assembly | AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true)]
public sealed class NeedsServersAttribute : Attribute, ITraitAttribute
{
    /// <summary>Name of the trait, for rows of theory data that need a server while others do not.</summary>
    public const string Trait = "Needs";

    /// <summary>Value of the trait.</summary>
    public const string Value = "servers";

    /// <inheritdoc />
    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [new(Trait, Value)];
}
