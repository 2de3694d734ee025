import { credentials } from "./api_key.js";
import { Failure, unreachable } from "./failure.js";

/** Upload `file` and return the response; throws a Failure. `onProgress` gets the share that is sent, from 0 to 1. */
export async function uploadFile(file, { groups, replaces }, onProgress) {
  const name = encodeURIComponent(file.name.toWellFormed?.() ?? file.name);
  const query = new URLSearchParams([["replaces", replaces], ...groups.map((group) => ["groups", group])]);
  try {
    return await put(`uploads/${name}?${query}`, file, onProgress);
  } catch (error) {
    throw error instanceof Failure ? error : new Failure({ message: "The browser could not send the file." });
  }
}

/** By XMLHttpRequest, as `fetch` does not report the progress of an upload. */
function put(path, file, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PUT", path);
    request.responseType = "json";
    const headers = { "content-type": file.type || "application/octet-stream", ...credentials() };
    Object.entries(headers).forEach(([header, value]) => request.setRequestHeader(header, value));
    request.upload.addEventListener("progress", ({ loaded, total }) => onProgress(total ? loaded / total : 0));
    request.addEventListener("error", () => reject(unreachable()));
    request.addEventListener("load", () => {
      const { status, response } = request;
      if (status === 201 && response) resolve(response);
      else reject(Failure.of(status, response, request.getResponseHeader("retry-after")));
    });
    request.send(file);
  });
}
