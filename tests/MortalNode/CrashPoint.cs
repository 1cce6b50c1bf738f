using System.Data.Common;

namespace Rollups.MortalNode;

/// <summary>A place in the program at which the process dies.</summary>
/// <param name="Moment">Where, seen from the statements.</param>
/// <param name="Statements">
/// What the transaction must have executed by then: it tells the transaction that is meant from all others.
/// </param>
internal sealed record CrashPoint(Moment Moment, params IReadOnlyList<Statement> Statements)
{
    private static readonly Statement NewInputs = new("INSERT INTO outbox", "InputReceived");
    private static readonly Statement Outputs = new("INSERT INTO outputs");

    // Of more than one input: the echo machine gives two outputs for each.
    private static readonly Statement Batch = new("INSERT INTO outputs", Rows: 3);
    private static readonly Statement Calculated = new("INSERT INTO outbox", "EpochClaimCalculated");
    private static readonly Statement Accepted = new("INSERT INTO outbox", "EpochClaimAccepted");
    private static readonly Statement Claim = new("INSERT INTO transactions", "SUBMIT_CLAIM");
    private static readonly Statement Join = new("INSERT INTO transactions", "JOIN_TOURNAMENT");
    private static readonly Statement Settlement = new("INSERT INTO transactions", "SETTLE");
    private static readonly Statement[] Story = [new("INSERT INTO inbox"), new("UPDATE epoch_lifecycles", "ClaimCalculated")];

    private static readonly Dictionary<string, CrashPoint> Known = new()
    {
        ["events-committed"] = new(Moment.Committed, new Statement("INSERT INTO outbox")),
        ["events-confirmed"] = new(Moment.Executing, new Statement("DELETE FROM outbox")),
        ["inputs-written"] = new(Moment.Committing, NewInputs),
        ["inputs-committed"] = new(Moment.Committed, NewInputs),
        ["advance-written"] = new(Moment.Committing, Outputs),
        ["advance-committed"] = new(Moment.Committed, Outputs),
        ["batch-written"] = new(Moment.Committing, Batch),
        ["batch-committed"] = new(Moment.Committed, Batch),
        ["claim-written"] = new(Moment.Committing, Calculated),
        ["claim-committed"] = new(Moment.Committed, Calculated),
        ["claim-transaction-committed"] = new(Moment.Committed, Claim),
        ["transaction-sent"] = new(Moment.Sent),
        ["replacement-committed"] = new(Moment.Committed, new Statement("INSERT INTO replaced_transactions")),
        ["acceptance-written"] = new(Moment.Committing, Accepted),
        ["acceptance-committed"] = new(Moment.Committed, Accepted),
        ["story-written"] = new(Moment.Committing, Story),
        ["story-committed"] = new(Moment.Committed, Story),
        ["join-transaction-committed"] = new(Moment.Committed, Join),
        ["settle-transaction-committed"] = new(Moment.Committed, Settlement),
    };

    /// <summary>The point of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static CrashPoint Of(string name) =>
        Known.TryGetValue(name, out var point)
            ? point
            : throw new ArgumentException($"'{name}' is no crash point: there are {string.Join(", ", Known.Keys)}.");
}

/// <summary>
/// A statement by its text, and by a part of one of its values, or by the number of rows that its arrays have, where the text alone does
/// not tell.
/// </summary>
internal sealed record Statement(string Text, string? Value = null, int Rows = 0)
{
    public bool Is(DbCommand command) =>
        command.CommandText.Contains(Text, StringComparison.Ordinal)
        && (
            Value is null
            || command
                .Parameters.Cast<DbParameter>()
                .Any(parameter => parameter.Value is string value && value.Contains(Value, StringComparison.Ordinal))
        )
        && (Rows == 0 || command.Parameters.Cast<DbParameter>().Any(parameter => parameter.Value is long[] rows && rows.Length >= Rows));
}

/// <summary>When the process dies.</summary>
internal enum Moment
{
    /// <summary>The statement is about to be sent.</summary>
    Executing,

    /// <summary>Everything is written, COMMIT is not sent.</summary>
    Committing,

    /// <summary>The database has confirmed the commit, nobody in the process has heard of it.</summary>
    Committed,

    /// <summary>The L1 node has answered that it took a transaction, nobody has read the answer.</summary>
    Sent,
}
