using Rollups.Settings;

namespace Rollups.Devnet;

/// <summary>Finds npm's installed packages: the folder node_modules beside package.json, above the program or the working folder.</summary>
public static class NodeModules
{
    /// <summary>The folder node_modules.</summary>
    /// <exception cref="OperatorException">It does not exist.</exception>
    public static string Find()
    {
        foreach (var start in new[] { Environment.CurrentDirectory, AppContext.BaseDirectory })
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                var candidate = Path.Combine(folder.FullName, "node_modules");
                if (Directory.Exists(Path.Combine(candidate, "@cartesi", "rollups")))
                    return candidate;
            }
        }

        throw new OperatorException(
            "The npm packages of the devnet are not installed: run 'npm ci' in the folder of package.json (./run.sh and ./test.sh do)."
        );
    }
}
