using System.CommandLine;
using Rollups.Cli.Database;
using Rollups.Domain;

namespace Rollups.Cli.Read;

/// <summary>A parsed command line, with its application found.</summary>
internal sealed record ReadRequest<TKey>(NodeDatabase Database, Application Application, ParseResult Parsed, PageRequest<TKey> Page);
