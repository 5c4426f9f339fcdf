/** The sign-in door for the route that next-auth answers on. */
export { authOptions } from "@/lib/access/auth-options";
