// A name in every page's data, as app/not-found.tsx; here the navigation stays beside it.
export { ConsoleNotFound as default } from "@/components/shell/console-not-found";
