// Keeps the end of the log in sight, unless the person has scrolled up to read: then a button tells that more has come.

/** This close to its end, the log follows what comes. */
const NEAR_END_PX = 60;

const log = document.getElementById("log");
const jump = document.getElementById("jump");

/** Only the person's own scrolling upwards ends it. */
let following = true;
let missed = 0;
let scrolledTo = 0;

/** Goes to the end and stays there. */
export function goToEnd(behavior = "smooth") {
  following = true;
  showJump(0);
  const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  log.scrollTo({ top: log.scrollHeight, behavior: isCalm ? "instant" : behavior });
}

/** Something changed at the end of the log; `count` of it is new. */
export function grew(count) {
  if (following) goToEnd();
  else showJump(missed + count);
}

function showJump(count) {
  missed = count;
  jump.hidden = following;
  document.getElementById("missed").textContent = count ? String(count) : "";
}

log.addEventListener("scroll", () => {
  const isNearEnd = log.scrollHeight - log.clientHeight - log.scrollTop < NEAR_END_PX;
  if (isNearEnd) following = true;
  else if (log.scrollTop < scrolledTo) following = false;
  scrolledTo = log.scrollTop;
  showJump(following ? 0 : missed);
});

jump.addEventListener("click", () => goToEnd());

// The keyboard of a phone, a hint, a picture that has loaded: what was at the end stays there.
new ResizeObserver(() => following && goToEnd("instant")).observe(log);
log.addEventListener("load", () => following && goToEnd("instant"), true);
