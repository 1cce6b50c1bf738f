using System.Text;

namespace Rollups.Integration.Tests;

/// <summary>A span as a collector receives it.</summary>
/// <param name="Service">Name of the process that made it.</param>
/// <param name="Trace">Id of its trace, in lower-case hex.</param>
/// <param name="Id">Its own id, in lower-case hex.</param>
/// <param name="Parent">Id of its parent; empty for a root.</param>
/// <param name="Name">Its name.</param>
internal sealed record OtlpSpan(string Service, string Trace, string Id, string Parent, string Name)
{
    /// <summary>The spans of an ExportTraceServiceRequest. The numbers of fields are those of opentelemetry-proto.</summary>
    public static IEnumerable<OtlpSpan> Read(ReadOnlyMemory<byte> request) =>
        from resource in Parts(request, 1)
        let service = ServiceOf(Parts(resource, 1).Single())
        from scope in Parts(resource, 2)
        from span in Parts(scope, 2)
        select new OtlpSpan(service, HexOf(span, 1), HexOf(span, 2), HexOf(span, 4), TextOf(span, 5));

    private static string ServiceOf(ReadOnlyMemory<byte> resource) =>
        TextOf(Parts(Parts(resource, 1).Single(attribute => TextOf(attribute, 1) == "service.name"), 2).Single(), 1);

    private static string TextOf(ReadOnlyMemory<byte> message, int field) =>
        Encoding.UTF8.GetString(Parts(message, field).SingleOrDefault().Span);

    private static string HexOf(ReadOnlyMemory<byte> message, int field) =>
        Convert.ToHexStringLower(Parts(message, field).SingleOrDefault().Span);

    /// <summary>The parts of a protobuf message with that number and a length: texts, bytes and messages.</summary>
    private static List<ReadOnlyMemory<byte>> Parts(ReadOnlyMemory<byte> message, int field)
    {
        List<ReadOnlyMemory<byte>> parts = [];
        while (!message.IsEmpty)
        {
            var tag = Number(ref message);
            var type = tag & 7;
            if (type == 0)
            {
                Number(ref message);
                continue;
            }

            var length = type switch
            {
                1 => 8,
                2 => Number(ref message),
                5 => 4,
                _ => throw new InvalidDataException($"A field of type {type} is no protobuf of today."),
            };
            if (type == 2 && tag >> 3 == field)
                parts.Add(message[..length]);
            message = message[length..];
        }

        return parts;
    }

    private static int Number(ref ReadOnlyMemory<byte> message)
    {
        var (value, shift, at) = (0L, 0, 0);
        for (var more = true; more; shift += 7)
        {
            var next = message.Span[at++];
            value |= (long)(next & 0x7f) << shift;
            more = (next & 0x80) != 0;
        }

        message = message[at..];
        return (int)value;
    }
}
