// The style of what is loaded late: whatever imports this is drawn with it.
const address = document.querySelector('meta[name="late-style"]')?.getAttribute("content");

if (address != null) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = address;
  document.head.append(link);
  // Without it everything works, too.
  await new Promise((resolve) => {
    link.addEventListener("load", resolve);
    link.addEventListener("error", resolve);
  });
}

export {};
