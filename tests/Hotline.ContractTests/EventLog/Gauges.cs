using System.Diagnostics.Metrics;

namespace Hotline.ContractTests.EventLog;

/// <summary>What the gauges of this process say just now.</summary>
internal static class Gauges
{
    /// <summary>The sum over all that bear the tags; null when none does.</summary>
    public static double? Read(string name, params ReadOnlySpan<(string Name, string Value)> tags)
    {
        double? sum = null;
        var wanted = tags.ToArray();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, value, given, _) => Add(value, given));
        listener.SetMeasurementEventCallback<double>((_, value, given, _) => Add(value, given));
        listener.Start();
        listener.RecordObservableInstruments();
        return sum;

        void Add(double value, ReadOnlySpan<KeyValuePair<string, object?>> given)
        {
            foreach (var (tag, text) in wanted)
            {
                if (!given.Contains(new(tag, text)))
                {
                    return;
                }
            }

            sum = (sum ?? 0) + value;
        }
    }
}
