namespace Rollups.Settings;

/// <summary>A file whose only content is a secret.</summary>
public static class SecretFile
{
    private const UnixFileMode NotTheOwners =
        UnixFileMode.GroupRead
        | UnixFileMode.GroupWrite
        | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead
        | UnixFileMode.OtherWrite
        | UnixFileMode.OtherExecute;

    // A key or 24 words are far shorter; anything larger is the wrong file.
    private const int Longest = 4096;

    /// <summary>The content, trimmed.</summary>
    /// <param name="path">Path.</param>
    /// <param name="setting">Setting that names the path.</param>
    /// <param name="what">Description of the content.</param>
    /// <param name="warnings">Receives a warning if accounts other than the owner may access it.</param>
    /// <exception cref="OperatorException">It cannot be read.</exception>
    public static string Read(string path, string setting, string what, ICollection<string> warnings)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(warnings);
        if (path.Length == 0)
            throw new OperatorException($"{setting} is empty: give the path of the file that holds the {what}.");
        try
        {
            using var reader = new StreamReader(path);
            var buffer = new char[Longest + 1];
            var length = reader.ReadBlock(buffer);
            if (length > Longest)
                throw new OperatorException(
                    $"The file '{path}' of {setting} has more than {Longest} characters: give the path of a file that "
                        + $"contains only the {what}."
                );
            if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path) is var mode && (mode & NotTheOwners) != 0)
                warnings.Add(
                    $"The file '{path}' of {setting} is accessible to other users (mode {Convert.ToString((int)mode, 8)}): "
                        + $"restrict it with chmod 600."
                );
            var text = new string(buffer, 0, length).Trim();
            Array.Clear(buffer);
            return text;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OperatorException(
                $"The file '{path}' of {setting} cannot be read ({exception.GetType().Name}): check the path and the permissions."
            );
        }
    }
}
