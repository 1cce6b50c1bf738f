using System.Text.Json;
using System.Text.Json.Nodes;
using Polly;
using Polly.Timeout;

namespace Rollups.Ethereum;

/// <param name="Method">The method called.</param>
/// <param name="Result">The result, which may be JSON's null; undefined beside an error.</param>
/// <param name="Error">The JSON-RPC error, or null.</param>
/// <param name="MayPass">False if the request was already retried as often as allowed.</param>
internal sealed record RpcAnswer(string Method, JsonElement Result, JsonObject? Error, bool MayPass);
