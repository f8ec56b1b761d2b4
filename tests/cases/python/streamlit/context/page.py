import streamlit

streamlit.title("A page")
