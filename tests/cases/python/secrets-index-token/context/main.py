import inhouse_client

inhouse_client.run()
