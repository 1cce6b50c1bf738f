using System.ComponentModel.DataAnnotations;

namespace Rollups.Settings;

/// <summary>The range of a time. Both ends are inclusive unless <c>MinimumIsExclusive</c> or <c>MaximumIsExclusive</c> is set.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TimeRangeAttribute : RangeAttribute
{
    /// <param name="minimum">Shortest time, such as <c>00:00:01</c>.</param>
    /// <param name="maximum">Longest time, such as <c>1.00:00:00</c> for a day.</param>
    public TimeRangeAttribute(string minimum, string maximum)
        : base(typeof(TimeSpan), minimum, maximum) => ParseLimitsInInvariantCulture = true;
}
