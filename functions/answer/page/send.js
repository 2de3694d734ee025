import { Failure, unreachable } from "./failure.js";
import { credentials } from "./key.js";

/** Upload `file`; `progress(share)` hears how much of it has gone. What answer says of it, or a Failure. */
export async function send(file, { groups, replaces }, progress) {
  const name = encodeURIComponent(file.name.toWellFormed?.() ?? file.name);
  const query = new URLSearchParams([["replaces", replaces], ...groups.map((group) => ["groups", group])]);
  try {
    return await put(`uploads/${name}?${query}`, file, progress);
  } catch (error) {
    throw error instanceof Failure ? error : new Failure({ message: "The browser did not send it." });
  }
}

/** `fetch` does not tell how an upload gets on. */
function put(path, file, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", path);
    request.responseType = "json";
    const headers = { "content-type": file.type || "application/octet-stream", ...credentials() };
    Object.entries(headers).forEach(([header, value]) => request.setRequestHeader(header, value));
    request.upload.addEventListener("progress", ({ loaded, total }) => progress(total ? loaded / total : 0));
    request.addEventListener("error", () => reject(unreachable()));
    request.addEventListener("load", () => {
      const { status, response } = request;
      if (status === 201 && response) resolve(response);
      else reject(Failure.of(status, response, request.getResponseHeader("retry-after")));
    });
    request.send(file);
  });
}
