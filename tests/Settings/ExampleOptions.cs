using System.ComponentModel.DataAnnotations;

namespace Rollups.Settings.Tests;

/// <summary>One property for each kind of setting.</summary>
public sealed class ExampleOptions : IValidatableObject
{
    public bool Enabled { get; set; }

    [AllowedValues("cold", "warm", "hot")]
    public string Mood { get; set; } = "warm";

    [Range(1, 9)]
    [Setting(Unit = "cups")]
    public int Cups { get; set; } = 2;

    [Range(typeof(decimal), "0", "1.5", ParseLimitsInInvariantCulture = true)]
    [Setting(Unit = "litres", Zero = "dry")]
    public decimal Milk { get; set; } = 0.5m;

    [TimeRange("00:00:00", "01:00:00", MinimumIsExclusive = true)]
    public TimeSpan Brew { get; set; } = TimeSpan.FromMilliseconds(500);

    [TimeRange("00:00:02", "20.00:00:00")]
    public TimeSpan Cool { get; set; } = TimeSpan.FromMinutes(3);

    [TimeRange("00:00:00", "7.00:00:00")]
    [Setting(Zero = "never")]
    public TimeSpan Wash { get; set; } = TimeSpan.FromHours(1);

    [Range(typeof(long), "0", "10")]
    [Setting(Default = "that of the house", Remedy = "ask the host")]
    public long? Table { get; set; }

    [AllowedValues("open sesame")]
    [Setting(Secret = true, Remedy = "ask the cook")]
    public string Recipe { get; set; } = "open sesame";

    public string Guest { get; set; } = "";

    public PotOptions Pot { get; set; } = new();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Guest == "nobody")
            yield return new ValidationResult("Tea:Guest is nobody: lay the table for somebody.");
    }
}

/// <summary>A section within the section.</summary>
public sealed class PotOptions
{
    [Range(1, 4)]
    public ushort Handles { get; set; } = 1;
}
