// As in the console: the navigation stays.
export { ConsoleNotFound as default } from "@/components/shell/console-not-found";
