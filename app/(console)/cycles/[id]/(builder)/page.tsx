/** The builder alone: the layout shows it. */
export default function BuilderPage() {
  return null;
}
