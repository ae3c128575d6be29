using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace DurableExtensionHost;

/// <summary>A value of the worker's; the first member that is there counts.</summary>
/// <param name="Bytes">Base64.</param>
internal sealed record TypedData(string? String, string? Json, string? Bytes, long? Int, double? Double)
{
    /// <summary>As the Functions host reads it.</summary>
    /// <seealso href="https://github.com/Azure/azure-functions-host">GrpcMessageConversionExtensions.ToObject</seealso>
    public object? ToObject()
    {
        if (this.String is not null)
        {
            return this.String;
        }

        if (this.Json is not null)
        {
            return JsonConvert.DeserializeObject<JToken>(
                this.Json,
                new JsonSerializerSettings { DateParseHandling = DateParseHandling.None });
        }

        if (this.Bytes is not null)
        {
            return Convert.FromBase64String(this.Bytes);
        }

        return this.Int is not null ? this.Int : this.Double;
    }
}

/// <summary>A failure in the form in which the Functions host reports one, which the extension takes apart.</summary>
internal sealed class WorkerFailure(WorkerError error)
    : Exception($"Result: Failure\nException: {error.Message}\nStack: {error.Stack}");
