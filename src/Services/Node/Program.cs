return await Rollups.Node.NodeCommand.RunAsync(args);
