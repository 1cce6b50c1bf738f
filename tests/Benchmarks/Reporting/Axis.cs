namespace Rollups.Benchmarks;

/// <summary>Maps values to 0 to 1, and chooses the values that have a tick.</summary>
internal sealed class Axis
{
    private readonly bool _isLogarithmic;
    private readonly double _from;
    private readonly double _to;

    public Axis(IEnumerable<double> values, bool isLogarithmic, bool fromZero)
    {
        _isLogarithmic = isLogarithmic;
        var all = values.ToList();
        if (isLogarithmic)
        {
            _from = Math.Pow(10, Math.Floor(Math.Log10(all.Min())));
            _to = Math.Pow(10, Math.Ceiling(Math.Log10(all.Max())));
            if (_to <= _from)
                _to = _from * 10;
            var decades = (int)Math.Round(Math.Log10(_to / _from));
            Ticks = [.. Enumerable.Range(0, decades + 1).Select(i => _from * Math.Pow(10, i))];
            return;
        }

        _from = fromZero ? 0 : all.Min();
        _to = all.Max() > _from ? all.Max() : _from + 1;
        var step = Step((_to - _from) / 5);
        _from = Math.Floor(_from / step) * step;
        _to = Math.Ceiling(_to / step) * step;
        Ticks = [.. Enumerable.Range(0, (int)Math.Round((_to - _from) / step) + 1).Select(i => _from + (i * step))];
    }

    public IReadOnlyList<double> Ticks { get; }

    public double At(double value) => _isLogarithmic ? Math.Log(value / _from) / Math.Log(_to / _from) : (value - _from) / (_to - _from);

    /// <summary>1, 2 or 5 times a power of ten.</summary>
    private static double Step(double rough)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        return power
            * (
                (rough / power) switch
                {
                    <= 1 => 1,
                    <= 2 => 2,
                    <= 5 => 5,
                    _ => 10,
                }
            );
    }
}
