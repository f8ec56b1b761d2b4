export async function getServerSideProps() {
  return { props: { rooms: 3 } };
}

export default function Home({ rooms }) {
  return <h1>{rooms} rooms</h1>;
}
