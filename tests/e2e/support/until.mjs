// Waiting on a condition instead of for a time.

const kPause = 50;

// What `condition` gives as soon as it is truthy; throws, with what it gave or threw last, when `seconds` pass before.
export async function until(what, condition, seconds = 60) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const [value, error] = await Promise.resolve().then(condition).then((given) => [given], (thrown) => [null, thrown]);
    if (value) return value;
    if (Date.now() > deadline) {
      throw new Error(`${seconds} s passed without: ${what}; last: ${error?.stack ?? JSON.stringify(value)}`);
    }
    await new Promise((resume) => setTimeout(resume, kPause));
  }
}
