using System.CommandLine;
using System.Net;
using System.Text;
using Rollups.Cli.Read;
using Rollups.Domain;

namespace Rollups.Cli.Http;

/// <summary>A listener of a running node.</summary>
internal static class NodeUrl
{
    private const int LongestSentence = 500;

    /// <summary>The option <c>--url</c>.</summary>
    public static Option<Uri?> Option(string description) =>
        new("--url")
        {
            Description = description,
            HelpName = "URL",
            CustomParser = result => Typed.Read(result, text => (Uri?)Parse(text)),
        };

    /// <summary>The option <c>--url</c> of a verb that reads the database without it.</summary>
    /// <param name="verb">The verb.</param>
    /// <param name="onlyStored">Options that the API has no answer for.</param>
    public static Option<Uri?> ReadOption(Verb verb, params IReadOnlyList<Option> onlyStored)
    {
        ArgumentNullException.ThrowIfNull(verb);
        var url = Option("Read from the API of a running node, such as http://127.0.0.1:10011, instead of the database.");
        verb.Options.Add(url);
        verb.Validators.Add(result =>
        {
            if (result.GetResult(url) is null)
                return;
            foreach (var option in onlyStored.Where(option => result.GetResult(option) is not null))
                result.AddError($"The API has no {option.Name} for this list: give it without --url, which reads the database.");
        });
        return url;
    }

    /// <summary>A listener's address as this machine reaches it.</summary>
    public static Uri Local(IPEndPoint listener)
    {
        ArgumentNullException.ThrowIfNull(listener);
        var host =
            listener.Address.Equals(IPAddress.Any) ? IPAddress.Loopback
            : listener.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
            : listener.Address;
        return new Uri($"http://{new IPEndPoint(host, listener.Port)}/");
    }

    /// <summary>A path below the address.</summary>
    public static Uri At(Uri node, string path)
    {
        ArgumentNullException.ThrowIfNull(node);
        return new Uri(new Uri(node.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/"), path);
    }

    /// <summary>Asks a listener; a failure is one sentence.</summary>
    /// <param name="address">The listener, without a secret.</param>
    /// <param name="remedy">What must run there, and how the operator names it.</param>
    /// <param name="ask">The request. A FormatException means that something else answered.</param>
    /// <exception cref="UnreachableException">Nobody answers there, or something else.</exception>
    public static async Task<T> AskAsync<T>(Uri address, string remedy, Func<Task<T>> ask)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(ask);
        var shown = address.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);
        try
        {
            return await ask();
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            throw new UnreachableException(
                $"Nothing answers at {shown}: {exception.Message.TrimEnd('.')}. Start or name {remedy}.",
                exception
            );
        }
        catch (FormatException exception)
        {
            throw new UnreachableException(
                $"What answers at {shown} is not the listener of a node: {exception.Message.TrimEnd('.')}. Name {remedy}.",
                exception
            );
        }
    }

    /// <summary>The reason in a refusal: its text, on one line.</summary>
    public static string Sentence(HttpResponseMessage response, byte[] body)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(body);
        var text = Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, LongestSentence));
        var line = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return response.Content.Headers.ContentType?.MediaType == "text/plain" && line.Length > 0 && !line.Any(char.IsControl)
            ? line
            : $"HTTP status {(int)response.StatusCode}.";
    }

    private static Uri Parse(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0
            ? url
            : throw new FormatException(
                $"'{Hex.Clip(text)}' is not the address of a node: give http:// or https://, a host and a port, without a user."
            );
}
