// Ends with code 0 if the service in this container is ready. The image has no other program that can ask.
const port = process.env.OPS_PORT;
// The certificate is of the name by which others reach the service; nobody else is at this address of the container.
if (process.env.OPS_TLS_CERT_FILE) process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
const ask = (scheme) => fetch(`${scheme}://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(4_000) });
try {
  // Workers have no certificate, and may have the same settings.
  const isSecure = process.env.OPS_TLS_CERT_FILE !== undefined;
  const answer = await ask('http').catch((error) => (isSecure ? ask('https') : Promise.reject(error)));
  if (!answer.ok) process.stdout.write(await answer.text());
  process.exit(answer.ok ? 0 : 1);
} catch (error) {
  process.stdout.write(`http://127.0.0.1:${port}/readyz: ${error.cause?.message ?? error.message}\n`);
  process.exit(1);
}
