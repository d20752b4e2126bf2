import { expect, it, vi } from "vitest";
import { Interruption } from "./interruption.ts";

function setUp() {
  const endNow = vi.fn();
  const running = { cancel: vi.fn(), force: vi.fn() };
  return { endNow, running, interruption: new Interruption(endNow, () => {}) };
}

it("ends at once where nothing runs", () => {
  const { interruption, endNow } = setUp();
  interruption.signal(0);
  expect(endNow).toHaveBeenCalledOnce();
});

it("cancels what runs at the first, and forces it at the second", () => {
  const { interruption, endNow, running } = setUp();
  interruption.protect(running);
  interruption.signal(0);
  expect(running.cancel).toHaveBeenCalledOnce();
  interruption.signal(2000);
  expect(running.force).toHaveBeenCalledOnce();
  expect(endNow).not.toHaveBeenCalled();
  expect(interruption.interrupted).toBe(true);
});

it("takes what the terminal and npm send at one keystroke for one", () => {
  const { interruption, running } = setUp();
  interruption.protect(running);
  interruption.signal(0);
  interruption.signal(20);
  expect(running.force).not.toHaveBeenCalled();
});

it("leaves alone what has ended", () => {
  const { interruption, endNow, running } = setUp();
  interruption.protect(running)();
  interruption.signal(0);
  expect(running.cancel).not.toHaveBeenCalled();
  expect(endNow).toHaveBeenCalledOnce();
});
