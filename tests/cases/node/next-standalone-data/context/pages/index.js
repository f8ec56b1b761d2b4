export default function Home() {
  return <h1>Rooms</h1>;
}
