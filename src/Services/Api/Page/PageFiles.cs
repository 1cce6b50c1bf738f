using System.Collections.Frozen;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Rollups.Api.Page;

/// <summary>
/// The files of the live page, which are part of the assembly. They hold no data, so they need no token; the page asks for it. They load
/// nothing from anywhere else, and the browser is told to allow nothing else.
/// </summary>
internal sealed class PageFiles
{
    private const string Prefix = "page/";
    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    }.ToFrozenDictionary();

    private readonly FrozenDictionary<string, PageFile> _files = Read();

    /// <summary>The answer, if the request is for a file of the page.</summary>
    public Task? TryServe(HttpContext http)
    {
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
            return null;
        var path = http.Request.Path.Value is null or "" or "/" ? "/index.html" : http.Request.Path.Value;
        return _files.TryGetValue(path, out var file) ? ServeAsync(http, file) : null;
    }

    private static Task ServeAsync(HttpContext http, PageFile file)
    {
        var headers = http.Response.Headers;
        headers.ETag = file.Tag;
        // Asked for each time, and sent only when it has changed: a new version of the node shows its own page.
        headers.CacheControl = "no-cache";
        headers.ContentSecurityPolicy =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action "
            + "'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        if (http.Request.Headers.IfNoneMatch == file.Tag)
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        http.Response.ContentType = file.Type;
        http.Response.ContentLength = file.Content.Length;
        return HttpMethods.IsHead(http.Request.Method)
            ? Task.CompletedTask
            : http.Response.Body.WriteAsync(file.Content, http.RequestAborted).AsTask();
    }

    private static FrozenDictionary<string, PageFile> Read()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly
            .GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(name => "/" + name[Prefix.Length..], name => Read(assembly, name), StringComparer.Ordinal);
    }

    private static PageFile Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return new PageFile(
            content,
            Types[Path.GetExtension(name)],
            $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8))}\""
        );
    }

    private sealed record PageFile(ReadOnlyMemory<byte> Content, string Type, string Tag);
}
