return await Rollups.Cli.RollupsCommand.RunAsync(args);
