ALTER TABLE `credentials` ADD `refresh_obtained_at` integer;--> statement-breakpoint
ALTER TABLE `credentials` ADD `warned_for` integer;