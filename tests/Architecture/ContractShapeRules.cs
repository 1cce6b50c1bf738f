using System.Reflection;
using System.Runtime.CompilerServices;
using MassTransit;
using Rollups.Contracts;
using Rollups.Testing;

namespace Rollups.Architecture.Tests;

/// <summary>
/// Programs outside use the contracts of the last version, over the same broker. So messages only grow: whatever the last version had is
/// still there, and what is new is optional.
/// </summary>
public sealed class ContractShapeRules
{
    private static readonly NullabilityInfoContext Nullability = new();

    private static string File => Path.Combine(RepositoryFolder.Path, "src", "Contracts", "shape.txt");

    /// <summary>With ROLLUPS_WRITE_DOCS=1 the shape is written anew: only when a version is published.</summary>
    [Fact]
    public void Everything_of_the_last_version_is_still_there()
    {
        if (Environment.GetEnvironmentVariable("ROLLUPS_WRITE_DOCS") == "1")
            System.IO.File.WriteAllLines(
                File,
                ["# The public shape of Rollups.Contracts in its last version. A test holds the code to it.", .. Shape()]
            );

        Stored().Except(Shape()).ShouldBeEmpty("a message of the last version has lost or changed this: add to it instead");
    }

    [Fact]
    public void What_is_new_on_a_message_of_the_last_version_is_optional()
    {
        var stored = Stored();
        var known = stored.Where(line => !line.Contains("::")).Select(line => line.Split(' ')[0]).ToHashSet();
        Shape()
            .Except(stored)
            .Where(line => line.Contains("::") && known.Contains(line.Split("::")[0]) && line.EndsWith(" required"))
            .ShouldBeEmpty("an older program neither sends nor expects it: give it a default instead");
    }

    [Fact]
    public void The_comparison_sees_a_lost_a_changed_and_a_required_member()
    {
        var shape = Shape();
        shape.ShouldContain("EpochClaimAccepted epoch.claim_accepted");
        shape.ShouldContain("EpochClaimAccepted::TransactionHash String required");
        shape.ShouldContain("EpochClaimAccepted::Round Int32");
        shape.ShouldContain("GetStuckEpochs::Application String?");
        shape.ShouldContain("CommandQueues::RegisterApplication = evm-reader-register-application");
    }

    private static List<string> Stored() => [.. System.IO.File.ReadAllLines(File).Where(line => line.Length > 0 && line[0] != '#')];

    private static List<string> Shape() =>
        [
            .. typeof(IApplicationEvent)
                .Assembly.GetExportedTypes()
                .OrderBy(type => type.Name, StringComparer.Ordinal)
                .SelectMany(type =>
                    Members(type)
                        .Order(StringComparer.Ordinal)
                        .Select(member => $"{type.Name}::{member}")
                        .Prepend($"{type.Name} {type.GetCustomAttribute<EntityNameAttribute>()?.EntityName}".TrimEnd())
                ),
        ];

    private static IEnumerable<string> Members(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.Name != "EqualityContract")
            .Select(property => $"{property.Name} {NameOf(property)}{(IsRequired(property) ? " required" : "")}")
            .Concat(
                type.GetFields(BindingFlags.Public | BindingFlags.Static)
                    .Where(field => field.IsLiteral)
                    .Select(field => $"{field.Name} = {field.GetRawConstantValue()}")
            );

    private static bool IsRequired(PropertyInfo property) => property.GetCustomAttribute<RequiredMemberAttribute>() is not null;

    private static string NameOf(PropertyInfo property) =>
        NameOf(property.PropertyType)
        + (!property.PropertyType.IsValueType && Nullability.Create(property).ReadState == NullabilityState.Nullable ? "?" : "");

    private static string NameOf(Type type) =>
        Nullable.GetUnderlyingType(type) is { } value ? NameOf(value) + "?"
        : type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(NameOf))}>"
        : type.Name;
}
