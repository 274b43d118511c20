// Ends with code 0 if the service in this container is ready. The image has no other program that can ask.
const port = process.env.OPS_PORT;
try {
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(4_000) });
  if (!answer.ok) process.stdout.write(await answer.text());
  process.exit(answer.ok ? 0 : 1);
} catch (error) {
  process.stdout.write(`http://127.0.0.1:${port}/readyz: ${error.cause?.message ?? error.message}\n`);
  process.exit(1);
}
