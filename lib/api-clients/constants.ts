/** How many credential sets a partner may have at a time. */
export const MAX_CLIENTS = 5;
