using System.Reflection;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Rollups.Contracts;

namespace Rollups.Architecture.Tests;

/// <summary>What an assembly's methods do, read from their instructions: lambdas, async methods and local functions too.</summary>
internal static class Bytecode
{
    /// <summary>The messages that report something: each class of the contracts that is an event.</summary>
    public static IReadOnlyList<Type> Events { get; } =
    [
        .. typeof(IApplicationEvent)
            .Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && typeof(IApplicationEvent).IsAssignableFrom(type)),
    ];

    /// <summary>Every method with a body.</summary>
    public static IEnumerable<MethodDefinition> MethodsOf(Assembly assembly) =>
        ModuleDefinition.ReadModule(assembly.Location).GetTypes().SelectMany(type => type.Methods).Where(method => method.HasBody);

    /// <summary>The type that stands in the source: closures and state machines belong to the one around them.</summary>
    public static string OwnerOf(MethodDefinition method)
    {
        var type = method.DeclaringType;
        while (type.DeclaringType is { } around)
            type = around;
        return type.FullName;
    }

    /// <summary>The methods that are called, with their type arguments.</summary>
    public static IEnumerable<MethodReference> CallsOf(MethodDefinition method) =>
        method.Body.Instructions.Select(instruction => instruction.Operand).OfType<MethodReference>();

    /// <summary>The types of which the method makes an instance.</summary>
    public static IEnumerable<string> MadeBy(MethodDefinition method) =>
        method
            .Body.Instructions.Where(instruction => instruction.OpCode == OpCodes.Newobj)
            .Select(instruction => ((MethodReference)instruction.Operand).DeclaringType.FullName);

    /// <summary>The texts that the method has.</summary>
    public static IEnumerable<string> TextsOf(MethodDefinition method) =>
        method.Body.Instructions.Select(instruction => instruction.Operand).OfType<string>();

    /// <summary>The type arguments of a call.</summary>
    public static IEnumerable<string> ArgumentsOf(MethodReference call) =>
        call is GenericInstanceMethod generic ? generic.GenericArguments.Select(argument => argument.FullName) : [];
}
