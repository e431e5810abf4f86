// The controller, for the components that act.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Controller } from "../controller";

export const ControllerContext = createContext<Controller | undefined>(undefined);

export function useController(): Controller {
  const controller = useContext(ControllerContext);
  if (controller === undefined) {
    throw new Error("a component of the panel is used outside of it");
  }
  return controller;
}
