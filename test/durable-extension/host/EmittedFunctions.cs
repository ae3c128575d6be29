using System.Reflection;
using System.Reflection.Emit;
using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;

namespace DurableExtensionHost;

/// <summary>
/// The functions of a hub's app as WebJobs wants them: static methods with attributes, made at run time. Each hands its input
/// to the app, and returns or throws what comes of it.
/// </summary>
public static class EmittedFunctions
{
    /// <summary>Tells the app what its functions get as their <c>durableClient</c>.</summary>
    internal const string TellClientBinding = nameof(TellClientBinding);

    private static App? app;

    /// <summary>Where all functions of this process lead to.</summary>
    internal static App App
    {
        get => app ?? throw new InvalidOperationException("No function may run yet.");
        set => app = value;
    }

    public static Task<object?> RunOrchestrator(string hub, string name, string context) =>
        App.RunAsync(hub, "orchestration", name, string.Empty, context);

    public static Task<object?> RunActivity(string hub, string name, string? input, string instanceId) =>
        App.RunAsync(hub, "activity", name, instanceId, input);

    public static void Tell(string hub, string name, string clientBinding) =>
        App.Send(new { kind = "ready", hub, clientBinding });

    internal static ITypeLocator Emit(Settings settings)
    {
        var assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName(settings.Hub), AssemblyBuilderAccess.Run);
        var type = assembly.DefineDynamicModule(settings.Hub).DefineType("Functions", TypeAttributes.Public);
        foreach (var name in settings.Orchestrators)
        {
            Emit(type, settings.Hub, name, nameof(RunOrchestrator), typeof(OrchestrationTriggerAttribute));
        }

        foreach (var name in settings.Activities)
        {
            Emit(type, settings.Hub, name, nameof(RunActivity), typeof(ActivityTriggerAttribute));
        }

        Emit(type, settings.Hub, TellClientBinding, nameof(Tell), typeof(DurableClientAttribute))
            .SetCustomAttribute(AttributeOf(typeof(NoAutomaticTriggerAttribute)));
        return new One(type.CreateType());
    }

    /// <summary>Makes <c>[FunctionName(name)] static name([Binding] string input, ...) => Run(hub, name, input, ...)</c>.</summary>
    private static MethodBuilder Emit(TypeBuilder type, string hub, string name, string run, Type binding)
    {
        var target = typeof(EmittedFunctions).GetMethod(run) ?? throw new MissingMethodException(run);
        var parameters = target.GetParameters()[2..];
        var method = type.DefineMethod(
            name,
            MethodAttributes.Public | MethodAttributes.Static,
            target.ReturnType,
            [.. parameters.Select(parameter => parameter.ParameterType)]);
        method.SetCustomAttribute(AttributeOf(typeof(FunctionNameAttribute), name));
        var code = method.GetILGenerator();
        code.Emit(OpCodes.Ldstr, hub);
        code.Emit(OpCodes.Ldstr, name);
        for (short index = 0; index < parameters.Length; index++)
        {
            // The second one is bound by its name.
            var parameter = method.DefineParameter(index + 1, ParameterAttributes.None, parameters[index].Name);
            if (index == 0)
            {
                parameter.SetCustomAttribute(AttributeOf(binding));
            }

            code.Emit(OpCodes.Ldarg, index);
        }

        code.Emit(OpCodes.Call, target);
        code.Emit(OpCodes.Ret);
        return method;
    }

    private static CustomAttributeBuilder AttributeOf(Type attribute, params string[] arguments)
    {
        Type[] types = [.. arguments.Select(_ => typeof(string))];
        var constructor = attribute.GetConstructor(types) ?? throw new MissingMethodException(attribute.Name);
        return new CustomAttributeBuilder(constructor, arguments);
    }

    private sealed class One(Type type) : ITypeLocator
    {
        public IReadOnlyList<Type> GetTypes() => [type];
    }
}
