export default function Home() {
  return <h1>Catalogue of {process.env.NEXT_PUBLIC_API_URL}</h1>;
}
