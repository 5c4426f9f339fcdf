export { ForbiddenMessage as default } from "@/components/shell/message-page";
