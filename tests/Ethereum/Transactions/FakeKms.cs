using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Rollups.Ethereum.Tests.Transactions;

/// <summary>
/// The part of AWS KMS's HTTP API that signers use, on a loopback port; keys and signatures are OpenSSL's, so S is high in every second
/// one.
/// </summary>
internal sealed class FakeKms : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeKms(string curve)
    {
        Key = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public ECDsa Key { get; }

    public string Url => _app.Urls.Single();

    public string KeySpec { get; set; } = "ECC_SECG_P256K1";

    /// <summary>Error type and message, where it refuses everything.</summary>
    public (string Type, string Message)? Refusal { get; set; }

    /// <summary>What it signs with; the key itself unless somebody changes it.</summary>
    public ECDsa? SigningKey { get; set; }

    /// <summary>What it gives for a signature, where that is not one.</summary>
    public byte[]? Garbage { get; set; }

    public ConcurrentQueue<(string Operation, JsonObject Body)> Requests { get; } = new();

    public static async Task<FakeKms> StartAsync(string curve = "secp256k1")
    {
        var kms = new FakeKms(curve);
        await kms._app.StartAsync(TestContext.Current.CancellationToken);
        return kms;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Key.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var operation = context.Request.Headers["X-Amz-Target"].ToString();
        var body = (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
        Requests.Enqueue((operation, body));
        context.Response.ContentType = "application/x-amz-json-1.1";
        if (Refusal is var (type, message))
        {
            context.Response.StatusCode = 400;
            await context.Response.WriteAsync(new JsonObject { ["__type"] = type, ["message"] = message }.ToJsonString());
            return;
        }

        var answer = new JsonObject { ["KeyId"] = body["KeyId"]!.DeepClone() };
        if (operation == "TrentService.GetPublicKey")
        {
            answer["PublicKey"] = Convert.ToBase64String(Key.ExportSubjectPublicKeyInfo());
            (answer[nameof(KeySpec)], answer["KeyUsage"]) = (KeySpec, "SIGN_VERIFY");
        }
        else
        {
            var digest = Convert.FromBase64String((string)body["Message"]!);
            var signature = Garbage ?? (SigningKey ?? Key).SignHash(digest, DSASignatureFormat.Rfc3279DerSequence);
            answer["Signature"] = Convert.ToBase64String(signature);
        }

        await context.Response.WriteAsync(answer.ToJsonString());
    }
}
