// SPDX-FileCopyrightText: 2026 The Allmende authors
//
// SPDX-License-Identifier: EUPL-1.2

// What pages gain with script; each works without it.
"use strict";

// A choice that says data-submit sends its form at once.
document.addEventListener("change", (e) => {
  const el = e.target.closest("[data-submit]");
  if (el && el.form) el.form.requestSubmit();
});

// A place that says data-drop takes files dropped on it into its file field.
for (const zone of document.querySelectorAll("[data-drop]")) {
  const field = zone.querySelector("input[type=file]");
  zone.addEventListener("dragover", (e) => { e.preventDefault(); zone.classList.add("is-over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("is-over"));
  zone.addEventListener("drop", (e) => {
    e.preventDefault();
    zone.classList.remove("is-over");
    field.files = e.dataTransfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// A button that says data-print prints the page.
document.addEventListener("click", (e) => {
  if (e.target.closest("[data-print]")) window.print();
});

// A form that says data-passkey asks the device for a passkey before it is sent.
for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", async (e) => {
    const field = form.elements.credential;
    if (field.value) return;
    e.preventDefault();
    const failed = form.querySelector("[data-passkey-failed]");
    failed.hidden = true;
    try {
      const question = JSON.parse(form.dataset.question);
      const made = form.dataset.passkey === "create"
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(question) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(question) });
      field.value = JSON.stringify(made.toJSON());
      form.requestSubmit();
    } catch {
      failed.hidden = false;
    }
  });
}
