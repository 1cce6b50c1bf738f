namespace Rollups.Messaging;

/// <summary>
/// Takes what a statement of somebody else has seen of the outbox, so that an idle process needs no statement of its own for its sweep.
/// </summary>
public interface IOutboxSight
{
    /// <summary>
    /// A statement has just seen the whole outbox. The dispatcher sweeps within a second if a message is there; otherwise the pause of an
    /// idle dispatcher begins anew.
    /// </summary>
    /// <param name="isEmpty">Whether it has no message.</param>
    void Saw(bool isEmpty);
}
