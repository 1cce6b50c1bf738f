using System.Globalization;
using Microsoft.AspNetCore.Http;
using Rollups.Api.Rpc;
using Rollups.Domain;

namespace Rollups.Api.Stories;

/// <summary>What GET /epochs asks for.</summary>
/// <param name="Application">Of which application; null: of all.</param>
/// <param name="State">In which stage; null: in any.</param>
/// <param name="OlderThan">How long in that stage at least; null: any time.</param>
/// <param name="After">Last epoch of the page before; null: from the beginning.</param>
/// <param name="Limit">Epochs of the page.</param>
internal sealed record EpochQuery(
    ApplicationKey? Application,
    EpochStatus? State,
    TimeSpan? OlderThan,
    (ApplicationKey Application, ulong Index)? After,
    int Limit
)
{
    private static readonly string[] Names = ["application", "state", "older_than", "after", "limit"];

    /// <summary>Stages that an epoch leaves again: only in those it can be for too long.</summary>
    public static bool IsFinal(EpochStatus state) => state is EpochStatus.ClaimAccepted or EpochStatus.ClaimRejected;

    /// <summary>Reads the query string.</summary>
    /// <exception cref="BadQueryException">A name or a value is wrong.</exception>
    public static EpochQuery Read(IQueryCollection query)
    {
        query.Check(Names);
        var read = new EpochQuery(
            query.One("application") is { } application ? Key(application) : null,
            query.One("state") is { } state ? QueryFilters.State<EpochStatus>(state) : null,
            query.One("older_than") is { } time ? Time(time) : null,
            query.One("after") is { } after ? Cursor(after) : null,
            query.Limit()
        );
        return read is { OlderThan: not null, State: { } asked } && IsFinal(asked)
            ? throw new BadQueryException(
                "older_than finds epochs that wait: combine it with a state that an epoch leaves again, or none."
            )
            : read;
    }

    /// <summary>Reads an epoch's index.</summary>
    /// <exception cref="BadQueryException">It is none.</exception>
    public static ulong Index(string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index <= long.MaxValue
            ? index
            : throw new BadQueryException($"'{Hex.Clip(text)}' is not the index of an epoch: give a decimal number.");

    /// <summary>Reads an application's address or name.</summary>
    /// <exception cref="BadQueryException">It is neither.</exception>
    public static ApplicationKey Key(string text) =>
        ApplicationKey.TryParse(text, out var key)
            ? key
            : throw new BadQueryException(
                $"'{Hex.Clip(text)}' is not an application: give its address (0x and 40 hex digits) or its name."
            );

    private static TimeSpan Time(string text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return TimeSpan.FromSeconds(seconds);
        return
            TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var time)
            && time >= TimeSpan.Zero
            && time.TotalDays <= 36500
            ? time
            : throw new BadQueryException($"'{Hex.Clip(text)}' is not a time: give seconds, or hours, minutes and seconds as 00:10:00.");
    }

    private static (ApplicationKey, ulong) Cursor(string text) =>
        text.Split('/') is [var application, var index]
            ? (Key(application), Index(index))
            : throw new BadQueryException($"'{Hex.Clip(text)}' is not a place in the list: give the 'next' of the page before.");
}
