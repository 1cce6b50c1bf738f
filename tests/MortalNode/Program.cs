using Rollups.MortalNode;

// Processes that kill themselves at a given point: with --DieAt one that only commits events, else the whole node.
await (
    args.Any(argument => argument.StartsWith("--DieAt=", StringComparison.Ordinal))
        ? CommittedEvents.RunAsync(args)
        : WholeNode.RunAsync(args)
);
