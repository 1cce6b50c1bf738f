namespace Rollups.MortalNode;

/// <summary>
/// Where the process is to die, as somebody outside says: by a file with the point's name, which may come and go while the process runs.
/// </summary>
internal sealed class Orders(string file)
{
    /// <summary>The point; null while there is none.</summary>
    public CrashPoint? Point
    {
        get
        {
            try
            {
                return File.Exists(file) ? CrashPoint.Of(File.ReadAllText(file)) : null;
            }
            catch (FileNotFoundException)
            {
                // Taken back meanwhile.
                return null;
            }
        }
    }
}
