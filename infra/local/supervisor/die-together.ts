/**
 * Loaded into every child before its own script: when the supervisor dies, however it dies, the IPC channel closes and
 * the child goes with it, at whatever it is. Nothing is lost by that; being killed at any moment is part of its job.
 */
const die = () => process.kill(process.pid, "SIGKILL");

if (process.connected) process.once("disconnect", die);
else die();
