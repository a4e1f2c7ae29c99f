// Loaded before anything else by the processes of a test run: ends the process when the one that started it is gone, so
// that an interrupted run leaves nothing behind. The parent holds the other end of an IPC channel.
"use strict";

process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
// Listening for the end alone must not keep the process alive; vitest's workers listen for their work too.
if (process.listenerCount("message") === 0) process.channel?.unref();
