using Rollups.Domain;

namespace Rollups.Validator;

/// <summary>The tree after an epoch's outputs.</summary>
/// <param name="Root">Its root.</param>
/// <param name="Tree">What proves the outputs, but for the chunks.</param>
internal sealed record BuiltTree(Hash32 Root, OutputsTree Tree);
