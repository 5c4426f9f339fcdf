// A client component: each layout carries it in every page's data, as a name instead of as a drawn page.
export { NotFoundMessage as default } from "@/components/shell/message-page";
