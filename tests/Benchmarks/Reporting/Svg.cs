using System.Globalization;
using System.Net;
using System.Text;

namespace Rollups.Benchmarks;

/// <summary>Draws a plot as SVG. Its colours follow the reader's light or dark scheme.</summary>
internal static class Svg
{
    private const double Width = 720;
    private const double Height = 360;
    private const double Left = 64;
    private const double Right = 700;
    private const double Top = 64;
    private const double Bottom = 310;

    private const string Style = """
        <style>
          text { font: 13px system-ui, sans-serif; fill: #1f2328 } .title { font-weight: 600; font-size: 15px } .quiet { fill: #59636e }
          .grid { stroke: #d1d9e0 } polyline { fill: none; stroke-width: 2 } .value { font-size: 11px }
          .s0 { stroke: #0969da; fill: #0969da } .s1 { stroke: #bc4c00; fill: #bc4c00 } .s2 { stroke: #1a7f37; fill: #1a7f37 }
          .s3 { stroke: #8250df; fill: #8250df } polyline { fill: none } .back { fill: #ffffff }
          @media (prefers-color-scheme: dark) {
            text { fill: #f0f6fc } .quiet { fill: #9198a1 } .grid { stroke: #3d444d } .back { fill: #0d1117 }
            .s0 { stroke: #4493f8; fill: #4493f8 } .s1 { stroke: #f0883e; fill: #f0883e } .s2 { stroke: #3fb950; fill: #3fb950 }
            .s3 { stroke: #ab7df8; fill: #ab7df8 }
          }
        </style>
        """;

    // Beyond this many points, dots and values would hide the line.
    private const int MaxDots = 12;

    public static string Draw(Plot plot)
    {
        var points = plot.Lines.SelectMany(line => line.Points).ToList();
        var across = new Axis(points.Select(point => point.X), plot.IsLogarithmicAcross, fromZero: false);
        var up = new Axis(points.Select(point => point.Y), plot.IsLogarithmicUp, fromZero: true);
        var text = new StringBuilder();
        Add(text, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" role=\"img\">");
        Add(text, $"<title>{Escape(plot.Title)}</title>");
        text.AppendLine(Style);
        Add(text, $"<rect class=\"back\" width=\"{Width}\" height=\"{Height}\" />");
        Add(text, $"<text class=\"title\" x=\"16\" y=\"26\">{Escape(plot.Title)}</text>");
        foreach (var tick in up.Ticks)
        {
            var y = Y(up, tick);
            Add(text, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Right}\" y1=\"{y:0.#}\" y2=\"{y:0.#}\" />");
            Add(text, $"<text class=\"quiet\" x=\"{Left - 8}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{Short(tick)}</text>");
        }

        foreach (var tick in across.Ticks)
            Add(
                text,
                $"<text class=\"quiet\" x=\"{X(across, tick):0.#}\" y=\"{Bottom + 18}\" text-anchor=\"middle\">{Short(tick)}</text>"
            );
        Add(text, $"<text class=\"quiet\" x=\"{Right}\" y=\"{Bottom + 38}\" text-anchor=\"end\">{Escape(plot.Across)}</text>");
        Add(text, $"<text class=\"quiet\" x=\"16\" y=\"{Top - 16}\">{Escape(plot.Up)}</text>");
        for (var i = 0; i < plot.Lines.Count; i++)
            DrawLine(text, plot.Lines[i], i, across, up);
        return text.AppendLine("</svg>").ToString();
    }

    private static void DrawLine(StringBuilder text, Line line, int index, Axis across, Axis up)
    {
        var places = line.Points.Select(point =>
            string.Create(CultureInfo.InvariantCulture, $"{X(across, point.X):0.#},{Y(up, point.Y):0.#}")
        );
        Add(text, $"<polyline class=\"s{index}\" points=\"{string.Join(' ', places)}\" />");
        if (line.Points.Count <= MaxDots)
        {
            foreach (var point in line.Points)
            {
                var (x, y) = (X(across, point.X), Y(up, point.Y));
                Add(text, $"<circle class=\"s{index}\" cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"3\" />");
                Add(text, $"<text class=\"value\" x=\"{x:0.#}\" y=\"{y - 8:0.#}\" text-anchor=\"middle\">{Short(point.Y)}</text>");
            }
        }

        // The legend stands right of the vertical axis' name, in two columns.
        var (legendX, legendY) = (300 + (index % 2 * 200), Top - 34 + (index / 2 * 18));
        Add(text, $"<rect class=\"s{index}\" x=\"{legendX}\" y=\"{legendY - 9}\" width=\"14\" height=\"4\" />");
        Add(text, $"<text x=\"{legendX + 20}\" y=\"{legendY - 2}\">{Escape(line.Name)}</text>");
    }

    private static double X(Axis axis, double value) => Left + (axis.At(value) * (Right - Left));

    private static double Y(Axis axis, double value) => Bottom - (axis.At(value) * (Bottom - Top));

    private static string Short(double value) =>
        Math.Abs(value) switch
        {
            >= 999_950 => (value / 1_000_000).ToString("0.##", CultureInfo.InvariantCulture) + " M",
            >= 10_000 => (value / 1000).ToString("0.#", CultureInfo.InvariantCulture) + " k",
            >= 100 => value.ToString("0", CultureInfo.InvariantCulture),
            _ => value.ToString("0.###", CultureInfo.InvariantCulture),
        };

    private static string Escape(string text) => WebUtility.HtmlEncode(text);

    private static void Add(StringBuilder text, FormattableString line) => text.AppendLine(line.ToString(CultureInfo.InvariantCulture));
}
