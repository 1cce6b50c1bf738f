using Rollups.Persistence;

namespace Rollups.Api.Queries;

/// <summary>Which of two lists is known to be short.</summary>
internal enum ShortList
{
    /// <summary>Neither; or no two are asked for.</summary>
    None,

    /// <summary>That of the kind.</summary>
    Kind,

    /// <summary>That of the destination.</summary>
    Destination,
}
