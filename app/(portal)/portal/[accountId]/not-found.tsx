// A name in every page's data, as app/not-found.tsx; here the partner's frame stays around it.
export { PortalNotFound as default } from "@/components/installs/portal-place";
