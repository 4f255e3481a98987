// The plus and minus beside a number of units.
document.addEventListener("click", (event) => {
  const button = event.target.closest(".m-quantity [data-step]");
  if (!button) return;
  const input = button.parentElement.querySelector("input");
  const least = Number(input.min || 0);
  const most = Number(input.max || Number.MAX_SAFE_INTEGER);
  const wanted = (Number(input.value) || 0) + Number(button.dataset.step);
  input.value = String(Math.min(most, Math.max(least, wanted)));
  input.dispatchEvent(new Event("change", { bubbles: true }));
});
