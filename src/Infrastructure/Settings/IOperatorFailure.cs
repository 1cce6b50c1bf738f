namespace Rollups.Settings;

/// <summary>
/// A failure that an operator can fix and that has a type of its own, because code catches it. A program that it ends prints only the
/// sentence, as it does with the message of an <see cref="OperatorException"/>.
/// </summary>
public interface IOperatorFailure
{
    /// <summary>What happened and what to do about it, without secrets.</summary>
    string Sentence { get; }
}
